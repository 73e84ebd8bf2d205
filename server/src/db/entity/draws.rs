use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "draws")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub retailer_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub draw_id: String,
    pub campaign_id: String,
    pub shopper_id: String,
    pub store_id: String,
    pub day: i32,
    pub play_number: i32,
    pub offer_revision: i32,
    pub odds_hash: String,
    pub client_nonce: String,
    pub ticket: i32,
    pub prize_id: String,
    pub value_yen: i64,
    pub drawn_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
